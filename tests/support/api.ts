import type { CreditEntry, Generation } from '@imgvid/api';
import { createClient, type Client } from '@imgvid/api/client';

/** The server as the demo tenant's own systems see it: the truth that pages are held against. */
export interface TenantApi {
  client: Client;
  credits(): Promise<{ available: number; held: number; spent: number }>;
  /** Every transfer that belongs to a generation, oldest first. */
  entriesOf(generationId: string): Promise<CreditEntry[]>;
  generations(): Promise<Generation[]>;
  /** Announces, sends and completes a photo, and gives the id of the upload. */
  upload(photo: Uint8Array<ArrayBuffer>): Promise<string>;
}

const secretKey = 'sk_test_demo';

export function tenantApi(baseUrl: string): TenantApi {
  const client = createClient({ baseUrl, token: secretKey });

  async function get<T>(path: string): Promise<T> {
    const response = await fetch(baseUrl + path, { headers: { authorization: `Bearer ${secretKey}` } });
    if (!response.ok) throw new Error(`GET ${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  }

  async function entries(): Promise<CreditEntry[]> {
    const all: CreditEntry[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const query: string = cursor ? `&cursor=${cursor}` : '';
      const page: { data: CreditEntry[]; next_cursor: string | null } = await get(
        `/v1/credits/entries?limit=100${query}`,
      );
      all.push(...page.data);
      cursor = page.next_cursor;
    }
    return all.toReversed();
  }

  return {
    client,
    credits: () => get('/v1/credits'),
    entriesOf: async (id) => (await entries()).filter((entry) => entry.generation_id === id),
    generations: async () => (await client.generations.list({ limit: 100 })).data,
    async upload(photo) {
      const pending = await client.uploads.create({
        content_type: 'image/jpeg',
        byte_size: photo.byteLength,
      });
      const put = await fetch(pending.put_url, { method: 'PUT', headers: pending.put_headers, body: photo });
      if (!put.ok) throw new Error(`PUT of the photo: ${put.status} ${await put.text()}`);
      await client.uploads.complete(pending.id);
      return pending.id;
    },
  };
}
