// Who may import whom, as docs/decisions/0002-import-rules.md explains. Every rule has a case that it must catch
// in scripts/imports.test.ts; a rule without one fails that test.

const tests = '\\.test\\.ts$|/(test|bench)/';
const subject = '^packages/server/src/(?!platform/)([^/]+)/';

/** @type {import('dependency-cruiser').IForbiddenRuleType[]} */
const betweenPackages = [
  {
    name: 'api-imports-nothing-of-ours',
    comment: 'The public surface stands on its own: everything else may lean on it.',
    from: { path: '^packages/api/' },
    to: { path: '^(packages/(?!api/)|examples/|tests/|scripts/)' },
  },
  {
    name: 'renderer-imports-nothing-of-ours',
    comment: 'A library that knows no HTTP and no database.',
    from: { path: '^packages/renderer/' },
    to: { path: '^(packages/(?!renderer/)|examples/|tests/|scripts/)' },
  },
  {
    name: 'server-imports-api-and-renderer',
    from: { path: '^packages/server/' },
    to: { path: '^(packages/(?!(server|api|renderer)/)|examples/|tests/|scripts/)' },
  },
  {
    name: 'widget-imports-api-and-moves',
    comment: 'Its configuration may also ask the tests for a browser and the scripts for a reporter.',
    from: { path: '^packages/widget/', pathNot: '^packages/widget/[^/]+\\.config\\.(mjs|ts)$' },
    to: { path: '^(packages/(?!(widget|api|renderer/src/moves)/)|examples/|tests/|scripts/)' },
  },
  {
    name: 'widget-loads-only-the-client',
    comment:
      'At run time the widget takes the client and the lists of names; the schemas would bring zod (over 10 KB) ' +
      'into every page. Types cost nothing and may come from anywhere in the API.',
    from: { path: '^packages/widget/src/', pathNot: tests },
    to: {
      path: '^packages/api/',
      pathNot: '^packages/api/src/(client/|names\\.ts$)',
      dependencyTypesNot: ['type-only'],
    },
  },
  {
    name: 'client-is-light',
    comment: 'What the widget loads from the API loads nothing else: no schema, no package, no Node.',
    from: { path: '^packages/api/src/(client/|names\\.ts$)', pathNot: tests },
    to: {
      pathNot: '^packages/api/src/(client/|names\\.ts$)',
      dependencyTypesNot: ['type-only'],
    },
  },
  {
    name: 'moves-are-pure',
    comment: 'The preview and the finished video share this mathematics; a browser must be able to load it.',
    from: { path: '^packages/renderer/src/moves/', pathNot: tests },
    to: { pathNot: '^packages/renderer/src/moves/' },
  },
  {
    name: 'console-imports-api',
    comment: 'Its benchmarks and configuration may also ask the tests for a browser and a server.',
    from: { path: '^packages/console/', pathNot: '^packages/console/(bench/|[^/]+\\.config\\.(mjs|ts)$)' },
    to: { path: '^(packages/(?!(console|api)/)|examples/|tests/|scripts/)' },
  },
  {
    name: 'shopify-app-imports-api',
    comment: 'It talks to the server only through the client, as anybody else would.',
    from: { path: '^packages/shopify-app/' },
    to: { path: '^(packages/(?!(shopify-app|api)/)|examples/|tests/|scripts/)' },
  },
  {
    name: 'examples-use-published-names',
    comment: 'An example that reaches into our folders cannot be copied into anybody’s project.',
    from: { path: '^examples/([^/]+)/' },
    to: { path: '^(packages|tests|scripts|examples/(?!$1/))', dependencyTypes: ['local'] },
  },
  {
    name: 'examples-need-no-server',
    from: { path: '^examples/' },
    to: { path: '^packages/(server|console|shopify-app)/' },
  },
  {
    name: 'nobody-imports-tests',
    comment: 'What ships does not lean on what tests it.',
    from: { path: '^packages/[^/]+/src/', pathNot: tests },
    to: { path: `${tests}|^tests/|^scripts/` },
  },
];

/** @type {import('dependency-cruiser').IForbiddenRuleType[]} */
const insideTheServer = [
  {
    name: 'platform-knows-no-subject',
    from: { path: '^packages/server/src/platform/', pathNot: tests },
    to: { path: '^packages/server/src/(?!platform/)' },
  },
  {
    name: 'subjects-meet-at-index',
    comment: 'Another subject is what its index.ts exports; its files and tables are its own.',
    from: { path: subject, pathNot: tests },
    to: { path: subject, pathNot: ['^packages/server/src/$1/', '^packages/server/src/[^/]+/index\\.ts$'] },
  },
  {
    name: 'app-mounts-subjects',
    comment: 'app.ts and server.ts know all subjects, by their index.ts or their routes.ts.',
    from: { path: '^packages/server/src/[^/]+\\.ts$', pathNot: tests },
    to: { path: subject, pathNot: '^packages/server/src/[^/]+/(index|routes)\\.ts$' },
  },
  {
    name: 'only-app-knows-all-subjects',
    from: { path: '^packages/server/src/(?!(app|main|server|index)\\.ts$)[^/]+\\.ts$', pathNot: tests },
    to: { path: subject },
  },
  {
    name: 'nobody-imports-app',
    comment: 'The parts are given to a subject; it does not fetch them from the top.',
    from: { path: '^packages/server/src/[^/]+/', pathNot: tests },
    to: { path: '^packages/server/src/(app|main|server)\\.ts$' },
  },
  {
    name: 'sql-in-stores-only',
    comment: 'SQL stands in store.ts, in queries.ts where reads have a file of their own, and in platform/.',
    from: {
      path: '^packages/server/src/',
      pathNot: ['/(store|queries)\\.ts$', '^packages/server/src/platform/', tests],
    },
    to: { path: '(^|node_modules/)kysely(/|$)' },
  },
  {
    name: 'engines-behind-platform',
    comment: 'Subjects reach the database, the queue and object storage through platform/ alone.',
    from: { path: '^packages/server/src/', pathNot: ['^packages/server/src/platform/', tests] },
    to: { path: '(^|node_modules/)(pg|pg-boss|@aws-sdk/[^/]+)(/|$)' },
  },
];

/** @type {import('dependency-cruiser').IForbiddenRuleType[]} */
const everywhere = [
  { name: 'no-cycles', from: {}, to: { circular: true } },
  {
    name: 'resolvable',
    comment: 'The file or package is not there.',
    from: {},
    to: { couldNotResolve: true },
  },
  {
    name: 'declared-dependencies',
    comment: 'What is imported stands in the package.json of the package that imports it.',
    from: {},
    to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
  },
  {
    name: 'no-dev-dependencies-at-run-time',
    from: { path: '^packages/[^/]+/src/', pathNot: tests },
    to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
  },
];

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [...betweenPackages, ...insideTheServer, ...everywhere].map((rule) => ({
    severity: 'error',
    ...rule,
  })),
  options: {
    // Also what only the type checker sees, and told apart from what is loaded at run time.
    tsPreCompilationDeps: 'specify',
    combinedDependencies: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^packages/[^/]+/dist/|^packages/.*/generated/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['types', 'import', 'node', 'browser', 'default'],
      extensions: ['.ts', '.mjs', '.js', '.json'],
      mainFields: ['module', 'main', 'types'],
    },
  },
};
