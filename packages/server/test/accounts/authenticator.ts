import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';

const sha256 = (data: string | Buffer): Buffer => createHash('sha256').update(data).digest();
const b64 = (data: Buffer): string => data.toString('base64url');
/** Present and verified; with `attested` a new credential follows. */
const flags = { used: 0x05, attested: 0x45 };

/** CBOR byte strings, of the lengths that occur here. */
const bytes = (data: Buffer): Buffer =>
  Buffer.concat([Buffer.from([0x59, data.length >> 8, data.length & 255]), data]);

/** A passkey in software, as a browser's `toJSON()` shows what it does (WebAuthn level 3, ES256, attestation none). */
export class SoftPasskey {
  readonly id = b64(randomBytes(32));
  readonly #rpId: string;
  readonly #origin: string;
  readonly #private: KeyObject;
  readonly #public: { x?: string; y?: string };
  counter = 0;

  constructor(origin: string) {
    this.#origin = origin;
    this.#rpId = new URL(origin).hostname;
    const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    this.#private = pair.privateKey;
    this.#public = pair.publicKey.export({ format: 'jwk' });
  }

  #data(flag: number): Buffer {
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(this.counter);
    return Buffer.concat([sha256(this.#rpId), Buffer.from([flag]), counter]);
  }

  #client(type: string, challenge: string, origin: string): Buffer {
    return Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }));
  }

  #frame(response: object) {
    return { id: this.id, rawId: this.id, type: 'public-key', clientExtensionResults: {}, response };
  }

  create(challenge: string, origin = this.#origin) {
    const coordinate = (text = ''): Buffer =>
      Buffer.concat([Buffer.from([0x58, 0x20]), Buffer.from(text, 'base64url')]);
    const cose = Buffer.concat([
      Buffer.from([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21]),
      coordinate(this.#public.x),
      Buffer.from([0x22]),
      coordinate(this.#public.y),
    ]);
    const id = Buffer.from(this.id, 'base64url');
    const data = Buffer.concat([
      this.#data(flags.attested),
      Buffer.alloc(16),
      Buffer.from([0, id.length]),
      id,
      cose,
    ]);
    const attestation = Buffer.concat([
      Buffer.from('\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData', 'latin1'),
      bytes(data),
    ]);
    const client = this.#client('webauthn.create', challenge, origin);
    return this.#frame({
      clientDataJSON: b64(client),
      attestationObject: b64(attestation),
      transports: ['internal'],
    });
  }

  /** Counts up, as hardware does. */
  get(challenge: string, origin = this.#origin) {
    this.counter++;
    const data = this.#data(flags.used);
    const client = this.#client('webauthn.get', challenge, origin);
    const signature = sign('sha256', Buffer.concat([data, sha256(client)]), this.#private);
    return this.#frame({
      clientDataJSON: b64(client),
      authenticatorData: b64(data),
      signature: b64(signature),
    });
  }
}
