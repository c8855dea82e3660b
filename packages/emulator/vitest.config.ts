import { testConfig } from '@tt/tooling/vitest';

// Emulators share nothing, so neither files nor workers need walls between them; starting those took half of the time.
export default testConfig({ isolate: false });
