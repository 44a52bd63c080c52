// Runs the supervisor as npm start does, over the processes given as JSON: node run-fakes.ts '{"processes":[…],"times":{…}}'
import type { ProcessPlan } from '../process-plan.ts';
import { runStack } from '../run-stack.ts';
import type { SupervisorTimes } from '../supervisor.ts';

const { processes, times } = JSON.parse(process.argv[2] ?? '') as { processes: ProcessPlan[]; times: Partial<SupervisorTimes> };

process.exit(await runStack(processes, { urls: 'web http://127.0.0.1:1', hasColour: false, isRaw: false, times }));
