import { describe, expect, it } from "vitest";
import { explainSchedule } from "./schedule-expression";

describe("explainSchedule", () => {
  it.each([
    "cron(0 22 * * ? *)",
    "cron(0/15 8-18 ? * MON-FRI *)",
    "cron(30 6 L * ? 2030)",
    "cron(0 9 ? 1,7 2#1 2030-2035)",
    "cron(0 9 15W * ? *)",
    "rate(1 day)",
    "rate(5 minutes)",
    "at(2030-01-31T22:00:00)",
  ])("takes %s", (expression) => {
    expect(explainSchedule(expression)).toBeUndefined();
  });

  it.each([
    ["every day", "is none of cron(...), rate(...) and at(...)"],
    ["cron(0 22 * * ?)", "cron has 5 fields, 6 are needed"],
    ["cron(60 22 * * ? *)", "cron's minutes is none from 0 to 59"],
    ["cron(0 24 * * ? *)", "cron's hours is none from 0 to 23"],
    ["cron(0 22 32 * ? *)", "cron's day-of-month is none from 1 to 31"],
    ["cron(0 22 ? 13 2 *)", "cron's month is none from 1 to 12"],
    ["cron(0 22 ? * 0 *)", "cron's day-of-week is none from 1 to 7"],
    ["cron(0 22 ? * FRI-MON *)", "cron's day-of-week is none from 1 to 7"],
    ["cron(0 22 * * ? 1969)", "cron's year is none from 1970 to 2199"],
    ["cron(0 22 * * * *)", 'exactly one of cron\'s day-of-month and day-of-week has to be "?"'],
    ["cron(0 22 ? * ? *)", 'exactly one of cron\'s day-of-month and day-of-week has to be "?"'],
    ["rate(0 days)", "rate is not a number of minutes, hours or days"],
    ["rate(1 days)", "rate's unit is day after 1"],
    ["rate(2 day)", "rate's unit is days after 2"],
    ["at(2030-02-30T22:00:00)", "at holds no time such as 2030-01-31T22:00:00"],
    ["at(tomorrow)", "at holds no time such as 2030-01-31T22:00:00"],
  ])("refuses %s", (expression, problem) => {
    expect(explainSchedule(expression)).toBe(problem);
  });
});
