// Serverless loads JavaScript alone.
export { observability } from './serverless.ts';
