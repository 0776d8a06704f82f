/** The arrows of the layout: which folder may import which. Tests of any may import the sandbox. */
const tests = '\\.test\\.tsx?$|/testing\\.ts$|/testing/|\\.fixtures?\\.ts$';
const packages = [
  'core',
  'providers',
  'sandbox',
  'api',
  'voice',
  'workers',
  'server',
  'sdk',
  'cli',
  'site',
  'examples',
];
const allowed = {
  core: [],
  providers: ['core'],
  sandbox: ['core'],
  api: ['core', 'providers'],
  voice: ['core', 'providers'],
  workers: ['core', 'providers'],
  server: ['core', 'providers', 'sandbox', 'api', 'voice', 'workers'],
  sdk: [],
  cli: ['sdk', 'server'],
  site: ['sdk', 'openapi', 'examples'],
  examples: ['sdk'],
};

const arrows = packages.map((from) => {
  const others = packages.filter((to) => to !== from && !allowed[from].includes(to));
  return {
    name: `${from}-may-import-only-${[...allowed[from]].join('-') || 'nothing'}`,
    severity: 'error',
    from: { path: `^${from}/`, pathNot: tests },
    to: { path: `^(${others.join('|')})/` },
  };
});

module.exports = {
  forbidden: [
    ...arrows,
    {
      name: 'providers-see-ports-and-kernel-only',
      severity: 'error',
      from: { path: '^providers/', pathNot: tests },
      to: { path: '^core/', pathNot: '^core/(ports|kernel)/' },
    },
    {
      name: 'sandbox-sees-kernel-only',
      severity: 'error',
      from: { path: '^sandbox/', pathNot: tests },
      to: { path: '^core/', pathNot: '^core/kernel/' },
    },
    {
      name: 'a-module-of-core-enters-another-by-its-index',
      severity: 'error',
      from: { path: '^core/([^/]+)/', pathNot: tests },
      to: {
        path: '^core/([^/]+)/',
        pathNot: ['^core/$1/', '^core/[^/]+/index\\.ts$', '^core/node_modules/'],
      },
    },
    {
      name: 'vendor-sdks-live-in-providers',
      severity: 'error',
      from: { pathNot: ['^providers/', tests] },
      to: {
        path: 'node_modules/(@deepgram/sdk|groq-sdk|openai|telnyx|stripe|@supabase/supabase-js|tesseract\\.js|unpdf)/',
      },
    },
    {
      name: 'the-cli-reaches-the-server-in-one-place',
      severity: 'error',
      from: { path: '^cli/', pathNot: ['^cli/src/lib/platform\\.ts$', tests] },
      to: { path: '^server/' },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(node_modules|dist|\\.alo)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.mjs', '.js'],
    },
  },
};
