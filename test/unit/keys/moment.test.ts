import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { Moment } from '../../../src/keys/moment.ts';

suite('the time since a moment', () => {
  const cases: [name: string, wall: number, steady: number, age: number, wasSetBack: boolean][] = [
    ['both clocks agree', 1000, 1000, 1000, false],
    ['the steady clock stood still in a freeze', 600_000, 10, 600_000, false],
    ['the wall clock was set back a little', 400, 1000, 1000, false],
    ['the wall clock was set back past it', -3_600_000, 1000, 1000, true],
  ];
  for (const [name, wall, steady, age, wasSetBack] of cases) {
    test(name, () => {
      const now = { wall: 1_800_000_000_000, steady: 50 };
      const moment = new Moment({ wall: () => now.wall, steady: () => now.steady });
      now.wall += wall;
      now.steady += steady;
      assert.deepEqual([moment.age, moment.wasSetBack], [age, wasSetBack]);
      assert.deepEqual([moment.isOver(age), moment.isOver(age + 1)], [true, wasSetBack]);
    });
  }
});
