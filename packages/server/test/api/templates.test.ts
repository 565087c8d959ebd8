import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  makeTenant,
  startServer,
  uploadPhoto,
  type RunningServer,
  type TestTenant,
} from '../support/running-server.ts';

let server: RunningServer;
let tenant: TestTenant;

beforeAll(async () => {
  server = await startServer();
  tenant = await makeTenant(server);
});
afterAll(() => server.stop());

const small = { duration_s: 3, resolution: '480p', fps: 24 } as const;

async function finished(template: {
  id: string;
  texts: Record<string, string>;
  colours?: { accent: string };
}) {
  const { generations } = tenant.client;
  const upload_id = await uploadPhoto(tenant.client);
  const { id } = await generations.create({ upload_id, ...small, template });
  for await (const event of generations.watch(id)) if (event.generation) return event.generation;
  throw new Error('the story has no end');
}

describe('a template', () => {
  it('is in the list of the model, in the answer and in the picture', async () => {
    const { data } = await tenant.client.models.list();
    expect(data[0]?.templates).toContain('sale');
    const template = { id: 'sale', texts: { title: 'Winter', badge: 'New' }, colours: { accent: '#007a2f' } };
    const made = await finished(template);
    expect(made).toMatchObject({ status: 'succeeded', params: { template } });
    const poster = await (await fetch(made.output?.poster_url ?? '')).arrayBuffer();
    const { data: rgb } = await sharp(Buffer.from(poster)).raw().toBuffer({ resolveWithObject: true });
    let green = 0;
    for (let i = 0; i < rgb.length; i += 3) {
      const [r = 0, g = 0, b = 0] = rgb.subarray(i, i + 3);
      if (r < 40 && Math.abs(g - 122) < 25 && Math.abs(b - 47) < 30) green++;
    }
    expect(green).toBeGreaterThan(500);
  });

  it('with a text too long, an unknown id or field is refused by name before anything is charged', async () => {
    const upload_id = await uploadPhoto(tenant.client);
    const quote = (template: object) =>
      tenant.client.generations.quote({ upload_id, ...small, template: template as never });
    await expect(quote({ id: 'sale', texts: { cta: 'x'.repeat(41) } })).rejects.toThrow('template.texts.cta');
    await expect(quote({ id: 'nope', texts: {} })).rejects.toThrow('template.id');
    await expect(quote({ id: 'sale', texts: {}, logo: '/etc/passwd' })).rejects.toMatchObject({
      status: 400,
    });
  });

  it('with a character that no font has ends at once, says which, and costs nothing', async () => {
    const made = await finished({ id: 'sale', texts: { title: 'ᚠ' } });
    expect(made).toMatchObject({
      status: 'failed',
      credits: { held: 0, charged: 0 },
      error: { code: 'render_failed', message: expect.stringContaining('ᚠ') },
    });
  });
});
