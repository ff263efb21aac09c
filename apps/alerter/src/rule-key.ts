/** Key of a version of a rule in the topic `rules`. */
export const ruleKey = (rule: string, version: number): string => `${rule}/${version}`;
