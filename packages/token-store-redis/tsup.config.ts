import { libraryConfig } from '@tt/tooling/tsup';

export default libraryConfig();
