/**
 * Key of a save in the topic `rules`, `save` being a name that no other save of the version has: of two saves of one version the
 * first counts, and compaction, which keeps the newest record of each key, must not take it for the other.
 */
export const ruleKey = (rule: string, version: number, save: string): string => `${rule}/${version}/${save}`;
