import { describe, expect, it } from 'vitest';
import { createLog, truncateIp, type LogOptions } from './log.ts';

function logging(env: LogOptions['env'] = 'production') {
  const lines: string[] = [];
  const log = createLog({
    level: 'debug',
    env,
    destination: { write: (line: string) => void lines.push(line) },
  });
  return { log, lines, last: () => JSON.parse(lines.at(-1) ?? '{}') as Record<string, unknown> };
}

describe('a line of the log', () => {
  it('has what may be logged, and the names only of what may not', () => {
    const { log, last } = logging();
    log.info({ requestId: 'req_1', status: 200, prompt: 'my holidays', token: 'pk_live_x' }, 'done');
    expect(last()).toEqual({
      time: expect.any(String),
      level: 'info',
      msg: 'done',
      requestId: 'req_1',
      status: 200,
      leftOut: 'prompt,token',
    });
  });

  it('has no objects: what is in them is not looked through', () => {
    const { log, last } = logging();
    log.info({ route: { body: 'my holidays' }, reason: ['my holidays'] }, 'x');
    expect(JSON.stringify(last())).not.toContain('holidays');
  });

  it('has no query strings and no whole addresses', () => {
    const { log, last } = logging();
    log.info({ route: '/v1/media/1?token=abc', ip: '203.0.113.77' }, 'x');
    expect(last()).toMatchObject({ route: '/v1/media/1', ip: '203.0.113.0' });
  });

  it('treats what a child is given the same', () => {
    const { log, last } = logging();
    log.child({ jobId: 'j', prompt: 'my holidays' }).info('x');
    expect(last()).toMatchObject({ jobId: 'j', leftOut: 'prompt' });
    expect(JSON.stringify(last())).not.toContain('holidays');
  });

  it('tells of an error what it is, and not what a library hung on it', () => {
    const { log, last } = logging();
    const error = Object.assign(new TypeError('went wrong', { cause: new Error('deeper') }), {
      code: '23505',
      constraint: 'visitor_pkey',
      detail: 'Key (email)=(a@b.example) already exists.',
      request: { body: 'my holidays' },
    });
    log.error({ err: error }, 'x');
    expect(last()['err']).toMatchObject({
      type: 'TypeError',
      message: 'went wrong',
      code: '23505',
      constraint: 'visitor_pkey',
      cause: { message: 'deeper' },
    });
    expect(JSON.stringify(last())).not.toMatch(/a@b|holidays/);
    log.error({ err: 'a text' }, 'x');
    expect(last()['err']).toEqual({ message: 'a text' });
  });

  it('tells of a copy of an error what it would of the error: the job queue hands over such', () => {
    const { log, last } = logging();
    log.error({ err: { message: 'Connection terminated', code: '57P01', queue: 'sweep' } }, 'x');
    expect(last()['err']).toMatchObject({ message: 'Connection terminated', code: '57P01' });
    expect(JSON.stringify(last())).not.toContain('sweep');
  });

  it('is one to read outside of production', () => {
    const { log, lines } = logging('development');
    log.warn({ port: 80, err: new Error('taken') }, 'no luck');
    expect(lines[0]).toMatch(/^\d\d:\d\d:\d\d warn {2}no luck {2}port=80\n {9}Error: taken\n/);
  });
});

describe('an address', () => {
  it.each([
    ['203.0.113.77', '203.0.113.0'],
    ['::ffff:203.0.113.77', '203.0.113.0'],
    ['2001:db8:1234:5678::1', '2001:db8:1234::'],
    ['nonsense', 'unknown'],
  ])('%s is logged as %s', (address, kept) => {
    expect(truncateIp(address)).toBe(kept);
  });
});
