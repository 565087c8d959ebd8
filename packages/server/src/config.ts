/** The server's settings, as the parts use them. Read and validated by loadConfig. */
export interface Config {
  env: 'development' | 'production' | 'test';
  role: 'all' | 'api' | 'worker';
  host: string;
  port: number;
  /** Origin under which browsers reach the server, without a slash at the end. */
  publicUrl: string;
  /** Absolute. */
  dataDir: string;
  database: {
    /** Undefined: the embedded Postgres is started. */
    url: string | undefined;
    appUrl: string | undefined;
    systemUrl: string | undefined;
    poolSize: number;
  };
  secret: string;
  s3: S3Settings | undefined;
  renderConcurrency: number;
  photoConcurrency: number;
  uploadMaxBytes: number;
  retentionDays: number;
  logLevel: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';
  /** Addresses and CIDR ranges whose X-Forwarded-For is believed. */
  trustedProxies: string[];
  /** Sentences for the log: unknown variables and the like. */
  warnings: string[];
}

export interface S3Settings {
  endpoint: string | undefined;
  region: string;
  bucket: string;
  accessKeyId: string;
  secretAccessKey: string;
  forcePathStyle: boolean;
}
