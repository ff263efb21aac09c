/** The files of a deployment, as far as they can be checked without an engine: apps, commands and names of settings exist. */
import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { settingsTable } from '@screener/service';
import { describe, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { startOptions } from '../apps/screener/src/start/start-options.ts';

const root = join(import.meta.dirname, '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
/** One process each: every app but the page and the command line. The simulator belongs to demonstrations only. */
const processes = readdirSync(join(root, 'apps')).filter((name) => !['web', 'screener'].includes(name));
const deployed = processes.filter((name) => name !== 'simulator').sort();
const settingNames = Object.entries(settingsTable).flatMap(([name, row]) => [
  name,
  ...((row as { aliases?: readonly string[] }).aliases ?? []),
]);

/** What is wrong with a call of `screener start --app NAME …`. */
function commandMistakes(app: string, command: readonly string[]): readonly string[] {
  const [program, verb, flag, name, ...others] = command;
  const rightApp = program === 'screener' && verb === 'start' && flag === '--app' && name === app;
  const unknown = others.filter((option) => !Object.keys(startOptions).includes(option.replace(/^--/, '')));
  return [...(rightApp ? [] : [`${command.join(' ')} does not start ${app}`]), ...unknown];
}

const unknownSettings = (names: readonly string[]): readonly string[] =>
  names.filter((name) => !settingNames.includes(name));

test('the checks can fail', () => {
  expect(commandMistakes('sink', ['screener', 'start', '--app', 'gateway'])).toHaveLength(1);
  expect(commandMistakes('sink', ['screener', 'start', '--app', 'sink', '--fast'])).toEqual(['--fast']);
  expect(unknownSettings(['KAFKA_BROKERS', 'KAFKA_BROKER'])).toEqual(['KAFKA_BROKER']);
});

describe('docker-compose.kafka.yml', () => {
  interface Service {
    readonly image?: string;
    readonly command?: readonly string[];
    readonly environment?: Readonly<Record<string, string>>;
    readonly depends_on?: Readonly<Record<string, unknown>>;
    readonly labels?: Readonly<Record<string, string>>;
    readonly healthcheck?: { readonly test?: readonly string[]; readonly disable?: boolean };
  }
  const { services } = parse(read('docker-compose.kafka.yml'), { merge: true }) as {
    services: Readonly<Record<string, Service>>;
  };
  const defaults = (text: string): string => text.replace(/\$\{\w+:-([^}]*)\}/g, '$1');
  const ours = Object.entries(services).filter(([, { image }]) => image === 'crypto-screener');

  test('has every app', () => {
    expect(ours.map(([name]) => name).sort()).toEqual(processes.toSorted());
  });

  test.each(ours.filter(([name]) => name !== 'simulator'))(
    '%s starts itself with options that exist',
    (name, service) => {
      expect(commandMistakes(name, (service.command ?? []).map(defaults))).toEqual([]);
    },
  );

  test('sets only settings that exist', () => {
    expect(ours.flatMap(([, { environment }]) => unknownSettings(Object.keys(environment ?? {})))).toEqual([]);
  });

  test.each(ours.filter(([name]) => name !== 'simulator'))(
    '%s is asked for its health and scraped on its port',
    (_, { environment, labels, healthcheck }) => {
      const port = environment?.APP_PORT;
      expect(Number(port)).toBeGreaterThan(0);
      expect(labels).toMatchObject({ 'prometheus.io/port': port, 'prometheus.io/path': '/metrics' });
      expect(healthcheck?.test?.join(' ')).toContain(`http://127.0.0.1:${port}/ready`);
    },
  );

  test('the simulator has no such port', () => {
    expect(services.simulator).toMatchObject({ labels: {}, healthcheck: { disable: true } });
  });

  test('waits only for services that exist', () => {
    const awaited = Object.values(services).flatMap(({ depends_on }) => Object.keys(depends_on ?? {}));
    expect(awaited.filter((name) => services[name] === undefined)).toEqual([]);
  });
});

describe('the Helm chart in k8s/', () => {
  interface Values {
    readonly apps: Readonly<Record<string, { readonly replicas: number }>>;
    readonly settings: Readonly<Record<string, string>>;
    readonly appPort: number;
  }
  const values = parse(read('k8s/values.yaml')) as Values;
  const version = (JSON.parse(read('package.json')) as { version: string }).version;

  test('has the version of the product', () => {
    expect(parse(read('k8s/Chart.yaml'))).toMatchObject({ version, appVersion: version });
  });

  test('has every app, and one collector only', () => {
    expect(Object.keys(values.apps).sort()).toEqual(deployed);
    expect(values.apps.collector?.replicas).toBe(1);
  });

  test('sets only settings that exist', () => {
    const inTemplate = [...read('k8s/templates/deployments.yaml').matchAll(/- name: ([A-Z_]{3,})/g)].map(
      ([, name = '']) => name,
    );
    expect(inTemplate).toContain('KAFKA_BROKERS');
    expect(unknownSettings([...inTemplate, ...Object.keys(values.settings)])).toEqual([]);
  });

  test('asks every app on the port that it is given', () => {
    const template = read('k8s/templates/deployments.yaml');
    expect(values.appPort).toBeGreaterThan(0);
    expect(template).toMatch(/- name: APP_PORT\n +value: \{\{ \$root\.Values\.appPort/);
    expect(template).toMatch(/- name: app\n +containerPort: \{\{ \$root\.Values\.appPort/);
    expect(template).toMatch(/prometheus\.io\/port: \{\{ \$root\.Values\.appPort/);
    const probes = [...template.matchAll(/path: (\S+)\n +port: (\S+)/g)].map(([, path, port]) => `${port} ${path}`);
    expect(probes).toEqual(['app /ready', 'app /metrics']);
  });

  const helm = spawnSync('helm', ['version', '--short']).status === 0;
  const given = ['--set', 'brokers={a:9092,b:9092}', '--set', 'database.secretName=database'];

  test.skipIf(!helm)('renders one Deployment per app, each starting its own', () => {
    execFileSync('helm', ['lint', '--strict', join(root, 'k8s'), ...given]);
    const rendered = execFileSync('helm', ['template', 'demo', join(root, 'k8s'), ...given], { encoding: 'utf8' });
    interface Rendered {
      readonly kind: string;
      readonly metadata: { readonly name: string };
      readonly spec: {
        readonly template: { readonly spec: { readonly containers: readonly [{ readonly args: readonly string[] }] } };
      };
    }
    const documents = parseAllDocuments(rendered).map((document) => document.toJS() as Rendered | null);
    const deployments = documents
      .filter((document) => document?.kind === 'Deployment')
      .map((document) => document as Rendered);
    expect(deployments.map(({ metadata }) => metadata.name.replace('demo-', '')).sort()).toEqual(deployed);
    const mistakes = deployments.flatMap(({ metadata, spec }) =>
      commandMistakes(metadata.name.replace('demo-', ''), spec.template.spec.containers[0].args),
    );
    expect(mistakes).toEqual([]);
  });

  test.skipIf(!helm)('refuses to be installed without brokers and database, and says what is missing', () => {
    const { status, stderr } = spawnSync('helm', ['template', 'demo', join(root, 'k8s')], { encoding: 'utf8' });
    expect(status).not.toBe(0);
    expect(stderr).toContain('expected');
  });
});
