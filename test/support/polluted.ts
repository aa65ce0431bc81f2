/** Calls a function while every object inherits these properties, as after a careless merge of a client's JSON. */
export function polluted<Result>(properties: object, call: () => Result): Result {
  for (const [name, value] of Object.entries(properties)) {
    Object.defineProperty(Object.prototype, name, { value, configurable: true, writable: true });
  }
  const clean = () => {
    for (const name of Object.keys(properties)) Reflect.deleteProperty(Object.prototype, name);
  };
  let result: Result | undefined;
  try {
    result = call();
    return result instanceof Promise ? (result.finally(clean) as Result) : result;
  } finally {
    if (!(result instanceof Promise)) clean();
  }
}
