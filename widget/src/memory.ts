import { systemClock, type Clock } from "@natter/sdk";
import { createTestRelay, type TestRelay } from "@natter/sdk/testing";

/**
 * The relay behind `transport="memory"`: it lives in this page, keeps nothing, and is reached by nobody else. A
 * page may write in its rooms and act on them, to show what it wants to show.
 *
 * ```ts
 * import { memoryRelay } from "@natter/widget/memory";
 *
 * memoryRelay.say("lobby", "Ann", "Good morning!");
 * ```
 */
export const memoryRelay: TestRelay<Clock> = createTestRelay({ clock: systemClock });
