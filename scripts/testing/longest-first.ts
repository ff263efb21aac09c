/** In which order Vitest begins with test files. */
import { relative } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { longTests } from './long-tests.ts';

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return longestFirst(sorted, ({ moduleId, project }) => relative(project.vitest.config.root, moduleId));
  }
}

/** Those of the table, the longest first; then the others as they came. */
export function longestFirst<File>(files: readonly File[], pathOf: (file: File) => string): File[] {
  const secondsOf = (file: File): number => longTests[pathOf(file).replaceAll('\\', '/')] ?? 0;
  return files.toSorted((one, other) => secondsOf(other) - secondsOf(one));
}
