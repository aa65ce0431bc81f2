// Serverless loads JavaScript alone, and Node the TypeScript behind it.
export { stage } from './stage.ts';
