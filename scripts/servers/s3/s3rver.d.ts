/** What is used of s3rver, which has no types. */
declare module '@20minutes/s3rver' {
  interface Context {
    get(header: string): string;
  }
  export default class S3rver {
    constructor(options: {
      address: string;
      port: number;
      directory: string;
      configureBuckets: { name: string }[];
      vhostBuckets: boolean;
      silent: boolean;
    });
    readonly middleware: ((context: Context, next: () => Promise<unknown>) => Promise<unknown>)[];
    run(): Promise<unknown>;
  }
}

declare module '@20minutes/s3rver/lib/models/account.js' {
  const accounts: {
    readonly DUMMY_ACCOUNT: {
      readonly accessKeys: ReadonlyMap<string, string>;
      createKeyPair(accessKey: string, secretKey: string): void;
      revokeAccessKey(accessKey: string): void;
    };
  };
  export default accounts;
}

declare module '@20minutes/s3rver/lib/models/error.js' {
  export default class S3Error extends Error {
    constructor(code: string, message: string);
  }
}

declare module '@20minutes/s3rver/lib/signature/v4.js' {
  const v4: { getStringToSign(asked: { readonly uri: string }, request: object): string };
  export default v4;
}

declare module '@20minutes/s3rver/lib/stores/filesystem.js' {
  export default class Store {
    putContent(path: string, content: NodeJS.ReadableStream): Promise<[size: number, md5: string]>;
  }
}
