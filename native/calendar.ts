/** The system's {@link Calendar}. */
import type { Calendar } from './ports.js';

export class SystemCalendar implements Calendar {
  now(): number {
    return Date.now();
  }
}
