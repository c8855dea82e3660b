import { libraryConfig } from '@tt/tooling/tsup';

export default libraryConfig(['src/index.ts', 'src/testing/index.ts']);
