import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { Moment } from '../../../src/keys/moment.ts';

suite('the time since a moment', () => {
  const cases = [
    { name: 'both clocks agree', wall: 1000, steady: 1000, age: 1000, wasSetBack: false },
    {
      name: 'the steady clock stood still in a freeze',
      wall: 600_000,
      steady: 10,
      age: 600_000,
      wasSetBack: false,
    },
    { name: 'the wall clock was set back a little', wall: 400, steady: 1000, age: 1000, wasSetBack: false },
    {
      name: 'the wall clock was set back past it',
      wall: -3_600_000,
      steady: 1000,
      age: 1000,
      wasSetBack: true,
    },
  ];
  for (const { name, wall, steady, age, wasSetBack } of cases) {
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
