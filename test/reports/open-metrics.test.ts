import { expect, it } from 'vitest';
import type { Delivery } from '../../src/plan/delivery.ts';
import { openMetrics } from '../../src/reports/open-metrics.ts';

const NOTHING: Delivery = {
  environment: 'qa',
  promotions: 0,
  rolledBack: 0,
  rollbacks: 0,
  leadTimes: [],
  unknownLeadTimes: 0,
  approvalWaits: [],
  restoreTimes: [],
  ages: [],
};

it('prints each name once with its unit, and the nearest measured value as a quantile', () => {
  const production: Delivery = {
    ...NOTHING,
    environment: 'production',
    promotions: 3,
    rolledBack: 1,
    rollbacks: 1,
    leadTimes: [40, 10, 20],
    unknownLeadTimes: 1,
    restoreTimes: [3600],
    ages: [{ image: 'api', seconds: 7200.5 }],
  };
  const environments = [production, NOTHING].map(one => ({ ...one, isWhole: one === production }));
  expect(openMetrics({ days: 30, environments })).toBe(`# TYPE promote_window_seconds gauge
# UNIT promote_window_seconds seconds
# HELP promote_window_seconds The time before now that everything but ages is counted over.
promote_window_seconds 2592000
# TYPE promote_history_whole gauge
# HELP promote_history_whole 1 if the history of the whole window was read.
promote_history_whole{environment="production"} 1
promote_history_whole{environment="qa"} 0
# TYPE promote_promotions gauge
# HELP promote_promotions Images that were promoted.
promote_promotions{environment="production"} 3
promote_promotions{environment="qa"} 0
# TYPE promote_promotions_per_day gauge
# HELP promote_promotions_per_day Images that were promoted in a day.
promote_promotions_per_day{environment="production"} 0.1
promote_promotions_per_day{environment="qa"} 0
# TYPE promote_rollbacks gauge
# HELP promote_rollbacks Images that were rolled back.
promote_rollbacks{environment="production"} 1
promote_rollbacks{environment="qa"} 0
# TYPE promote_rolled_back_ratio gauge
# UNIT promote_rolled_back_ratio ratio
# HELP promote_rolled_back_ratio Share of the promotions that were rolled back.
promote_rolled_back_ratio{environment="production"} 0.3333333333333333
# TYPE promote_lead_time_seconds summary
# UNIT promote_lead_time_seconds seconds
# HELP promote_lead_time_seconds From the build of an image to its pin.
promote_lead_time_seconds{environment="production",quantile="0.5"} 20
promote_lead_time_seconds{environment="production",quantile="0.95"} 40
promote_lead_time_seconds_sum{environment="production"} 70
promote_lead_time_seconds_count{environment="production"} 3
promote_lead_time_seconds_sum{environment="qa"} 0
promote_lead_time_seconds_count{environment="qa"} 0
# TYPE promote_lead_time_unknown gauge
# HELP promote_lead_time_unknown Promotions of images that do not say when they were built, and were pinned nowhere before.
promote_lead_time_unknown{environment="production"} 1
promote_lead_time_unknown{environment="qa"} 0
# TYPE promote_approval_wait_seconds summary
# UNIT promote_approval_wait_seconds seconds
# HELP promote_approval_wait_seconds From the pin in the source environment to the last review.
promote_approval_wait_seconds_sum{environment="production"} 0
promote_approval_wait_seconds_count{environment="production"} 0
promote_approval_wait_seconds_sum{environment="qa"} 0
promote_approval_wait_seconds_count{environment="qa"} 0
# TYPE promote_restore_time_seconds summary
# UNIT promote_restore_time_seconds seconds
# HELP promote_restore_time_seconds From a promotion to its rollback.
promote_restore_time_seconds{environment="production",quantile="0.5"} 3600
promote_restore_time_seconds{environment="production",quantile="0.95"} 3600
promote_restore_time_seconds_sum{environment="production"} 3600
promote_restore_time_seconds_count{environment="production"} 1
promote_restore_time_seconds_sum{environment="qa"} 0
promote_restore_time_seconds_count{environment="qa"} 0
# TYPE promote_pin_age_seconds gauge
# UNIT promote_pin_age_seconds seconds
# HELP promote_pin_age_seconds Since when an image is pinned as it is.
promote_pin_age_seconds{environment="production",image="api"} 7200.5
# EOF
`);
});

it('escapes what a label may not contain', () => {
  const one = { ...NOTHING, environment: 'a"b\\c\nd', isWhole: true };
  expect(openMetrics({ days: 1, environments: [one] })).toContain('{environment="a\\"b\\\\c\\nd"}');
});
