import type { RunningServer } from '../support/running-server.ts';

/** Somebody who must not reach the victim's rows. */
export interface Attacker {
  name: string;
  headers: Record<string, string>;
  /** He belongs to the victim's tenant and may read what every key of it may, such as the names of its sites. */
  mayRead?: RegExp;
  /** He may change much of the tenant, so he tries only this: `POST /v1/…`. */
  tries?: RegExp;
}

/** Ids of the victim, by kind, and texts that stand in his rows and nowhere else. */
export interface Victim {
  tenantId: string;
  ids: Record<string, string>;
  canaries: string[];
}

export interface Probe {
  method: string;
  path: string;
  body: unknown;
}

export interface Leak {
  attacker: string;
  probe: string;
  what: string;
}

interface Operation {
  parameters?: { name: string; in: string }[];
  requestBody?: unknown;
}
type Paths = Record<string, Record<string, Operation>>;

export async function readPaths(server: RunningServer): Promise<Paths> {
  const response = await fetch(`${server.url}/openapi.json`);
  return ((await response.json()) as { paths: Paths }).paths;
}

/** What is named in a route's path, from the words before the place: `/v1/sites/{id}` names a `site`. */
const kinds: Record<string, string> = {
  generations: 'gen',
  uploads: 'upl',
  sites: 'site',
  keys: 'key',
  'identity-keys': 'idk',
  visitors: 'vis',
  sessions: 'ses',
  members: 'person',
  invitations: 'inv',
  passkeys: 'passkey',
};

/** Every way to put the victim's ids into a path: in each place every kind, with the right kind in the others. */
function fill(path: string, ids: Record<string, string>): string[] {
  const parts = path.split('/');
  const places = parts.flatMap((part, at) => (part.startsWith('{') ? [at] : []));
  if (places.length === 0) return [path];
  const right = parts.map((part, at) =>
    places.includes(at) ? (ids[kinds[parts[at - 1] ?? ''] ?? ''] ?? Object.values(ids)[0] ?? '') : part,
  );
  return [...new Set(places.flatMap((at) => Object.values(ids).map((id) => right.with(at, id).join('/'))))];
}

/** The victim's ids where a query takes one, and cursors that point into his lists. */
function queries({ parameters = [] }: Operation, ids: Record<string, string>): string[] {
  const taken = new Set(parameters.filter(({ in: place }) => place === 'query').map(({ name }) => name));
  const fixed = taken.has('from') ? 'from=2026-01-01&to=2026-12-31&' : '';
  const found = [
    'limit=100',
    'product_ref=canary',
    'mode=live',
    'mode=test',
    'origin=https://canary.example',
  ];
  for (const name of ['cursor', 'visitor_id', 'site_id']) {
    for (const id of Object.values(ids)) found.push(`${name}=${id}`);
  }
  return ['', ...found.filter((query) => taken.has(query.split('=')[0] ?? ''))].map(
    (query) => `?${fixed}${query}`,
  );
}

/**
 * Every probe of one route. `bodies` has one for each route that takes a body: a new route without one fails the
 * test, so that nobody forgets to say how it would be attacked.
 */
export function probesOf(
  paths: Paths,
  victim: Victim,
  bodies: Record<string, (victim: Victim) => unknown>,
): { probes: Probe[]; without: string[] } {
  const without: string[] = [];
  const probes: Probe[] = [];
  for (const [path, methods] of Object.entries(paths)) {
    if (!path.startsWith('/v1/')) continue;
    for (const [method, operation] of Object.entries(methods)) {
      const route = `${method.toUpperCase()} ${path}`;
      const body = operation.requestBody === undefined ? undefined : bodies[route]?.(victim);
      if (operation.requestBody !== undefined && body === undefined) without.push(route);
      for (const filled of fill(path, victim.ids)) {
        for (const query of queries(operation, victim.ids)) {
          probes.push({ method: method.toUpperCase(), path: filled + query, body });
        }
      }
    }
  }
  return { probes, without };
}

async function send(
  server: RunningServer,
  attacker: Attacker,
  probe: Probe,
): Promise<{ status: number; text: string }> {
  const response = await fetch(server.url + probe.path, {
    method: probe.method,
    headers: {
      ...attacker.headers,
      ...(probe.body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(probe.body !== undefined && { body: JSON.stringify(probe.body) }),
    signal: AbortSignal.timeout(20_000),
  });
  if (response.headers.get('content-type')?.startsWith('text/event-stream')) {
    await response.body?.cancel();
    return { status: response.status, text: 'a stream was opened' };
  }
  return { status: response.status, text: await response.text() };
}

function judge(
  attacker: Attacker,
  { method, path }: Probe,
  victim: Victim,
  answer: { status: number; text: string },
) {
  if (method === 'GET' && attacker.mayRead?.test(path)) return undefined;
  const canary = victim.canaries.find((text) => answer.text.includes(text));
  if (canary !== undefined) return `showed “${canary}”`;
  // Whatever names one of the victim's things in the path has to be refused.
  const named = Object.values(victim.ids).some((id) => path.split('?')[0]?.includes(id));
  if (named && answer.status < 400) return `answered ${answer.status}`;
  return answer.status >= 500 ? `answered ${answer.status}: ${answer.text.slice(0, 200)}` : undefined;
}

/** Sends every probe as every attacker. What was seen or opened, and how many were sent. */
export async function attack(
  server: RunningServer,
  victim: Victim,
  attackers: readonly Attacker[],
  probes: readonly Probe[],
): Promise<{ sent: number; leaks: Leak[]; statuses: Record<number, number> }> {
  const queue = attackers.flatMap((attacker) =>
    probes
      .filter(({ method, path }) => attacker.tries?.test(`${method} ${path}`) ?? true)
      .map((probe) => ({ attacker, probe })),
  );
  const leaks: Leak[] = [];
  const statuses: Record<number, number> = {};
  let next = 0;
  const work = async (): Promise<void> => {
    for (let item = queue[next++]; item; item = queue[next++]) {
      const { attacker, probe } = item;
      const answer = await send(server, attacker, probe);
      statuses[answer.status] = (statuses[answer.status] ?? 0) + 1;
      const what = judge(attacker, probe, victim, answer);
      if (what !== undefined)
        leaks.push({ attacker: attacker.name, probe: `${probe.method} ${probe.path}`, what });
    }
  };
  await Promise.all(Array.from({ length: 12 }, work));
  return { sent: queue.length, leaks, statuses };
}

/** Every row of the tenant, as text: equal before and after means that nothing was changed. */
export async function rowsOf(server: RunningServer, tenantId: string): Promise<string[]> {
  const { superuser } = server.test;
  const { rows: tables } = await superuser.query<{ name: string }>(
    `select table_name as name from information_schema.columns
       where table_schema = 'public' and column_name = 'tenant_id' order by 1`,
  );
  const found: string[] = [];
  for (const { name } of tables) {
    const { rows } = await superuser.query<{ row: string }>(
      // When a key was used last is noted for whoever uses it.
      `select '${name} ' || (to_jsonb(t) - 'last_used_at')::text as row from "${name}" t where tenant_id = $1 order by 1`,
      [tenantId],
    );
    found.push(...rows.map(({ row }) => row));
  }
  return found;
}
