// The columns of the result that the fake host generates.
export const resultColumns = [
  { name: 'id', type: 'INT' },
  { name: 'big', type: 'BIGINT' },
  { name: 'word', type: 'VARCHAR(40)' },
  { name: 'maybe', type: 'DOUBLE' },
  ...Array.from({ length: 8 }, (_, i) => ({ name: `measure_${i + 1}`, type: 'DOUBLE' })),
];
