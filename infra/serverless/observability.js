// Serverless loads JavaScript alone.
export { observability } from './observability.ts';
