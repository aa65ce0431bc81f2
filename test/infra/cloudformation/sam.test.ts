import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { parameterOverrides } from '../../../infra/cloudformation/sam/parameterOverrides.ts';

suite('parameterOverrides', () => {
  for (const { processor, architecture } of [
    { processor: 'x64', architecture: 'x86_64' },
    { processor: 'arm64', architecture: 'arm64' },
  ]) {
    test(`${processor} is ${architecture}, before the other parameters`, () => {
      assert.deepEqual(parameterOverrides(['Websocket=on'], processor), [
        '--parameter-overrides',
        `Architecture=${architecture}`,
        'Websocket=on',
      ]);
    });
  }
});
