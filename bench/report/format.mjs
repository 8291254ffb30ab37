/** @param {number} figure */
const plain = (figure) => (figure >= 100 ? figure.toFixed(0) : figure >= 1 ? figure.toFixed(2) : figure.toFixed(3));

/** How a metric is called, and its figures written. @type {Record<string, { name: string, show: (figure: number) => string }>} */
const metrics = {
  seconds: { name: 'time', show: (figure) => `${plain(figure)} s` },
  callSeconds: { name: 'without the start of Node', show: (figure) => `${plain(figure)} s` },
  cpuSeconds: { name: 'CPU time', show: (figure) => `${plain(figure)} s` },
  repositoryBytes: { name: 'repository', show: megabytes },
  growthBytes: { name: 'growth of the repository', show: megabytes },
  growthShare: { name: 'growth of the repository', show: (figure) => `${plain(figure * 100)} %` },
  extraBytes: { name: 'more than idle', show: megabytes },
  spreadBytes: { name: 'largest less smallest', show: megabytes },
  dumpsPerDatabase: { name: 'dumps of each database', show: (figure) => `${figure}` },
  archivedShare: { name: 'archived', show: (figure) => `${figure * 100} %` },
};

/** @param {number} bytes */
function megabytes(bytes) {
  return `${plain(bytes / 1e6)} MB`;
}

/** @param {string} metric */
export function nameOf(metric) {
  return metrics[metric]?.name ?? metric;
}

/** @param {string} metric @param {number} figure */
export function show(metric, figure) {
  return metrics[metric]?.show(figure) ?? plain(figure);
}

/** @param {number} figure */
export function showRatio(figure) {
  return figure.toFixed(2);
}
