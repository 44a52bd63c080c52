export { StoppedTimers } from './stopped-timers.ts';
