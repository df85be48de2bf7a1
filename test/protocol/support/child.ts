/** A forked process that answers the test contract. */
import { parentPort } from '../../../src/protocol/processPort.ts';
import { connect, type NoContract } from '../../../src/protocol/rpc.ts';
import { answersFor, type TestContract } from './contract.ts';

const witness = { produced: 0, ended: 0, heard: [] };
const other = connect<TestContract, NoContract>(parentPort(process), answersFor(witness), {});
other.emit('text/said', 'ready');
