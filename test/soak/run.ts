/** `npm run soak`: a million requests over 100 simulated hours. Exit code 1 on a wrong verdict or a growing heap. */
import { soak } from './soak.ts';

const figures = await soak(1_000_000, 360);
console.log(JSON.stringify(figures, null, 2));
if (figures.wrongVerdicts > 0 || figures.heapAtEnd > figures.heapAtStart + 5) process.exitCode = 1;
