/** How a dump may end that is none, each as its shell command for the files hook. */
export const deaths: Readonly<Record<string, string>> = {
  'dies half-way': 'head -c 1000000 "$1"; exit 3',
  'is killed half-way': 'head -c 1000000 "$1"; kill -KILL $$',
  'writes everything, closes its output, and fails later': 'cat "$1"; exec >&-; sleep 1; exit 1',
  'fails before its first byte': 'exit 7',
};
