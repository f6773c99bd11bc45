/** Hours when pull requests are opened: the cron fields match the clock in the time zone. */
export interface RefreshWindow {
  readonly cron: string;
  readonly timezone: string;
}
