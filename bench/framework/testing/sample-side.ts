import { serveSide } from '../serve-side.ts';

serveSide({
  double: (values: Float64Array) => values.map((value) => value * 2),
  refuse: () => Promise.reject(new Error('not today')),
  end: () => process.exit(3),
});
