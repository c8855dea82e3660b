/**
 * What an answer's data must look like: the interface of Standard Schema, so that a schema of zod, valibot or arktype
 * can be passed as it is. `schema` of this package builds small ones without any of them.
 *
 * @see https://standardschema.dev
 */
export interface StandardSchema<Output = unknown> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => StandardResult<Output> | Promise<StandardResult<Output>>;
  };
}

/** What a schema makes of a value: its output, or what is wrong with it. */
export type StandardResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly StandardIssue[] };

/** One thing that is wrong with a value, and where. */
export interface StandardIssue {
  readonly message: string;
  /** From the outside in. */
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** What a schema gives. */
export type SchemaOutput<S> = S extends StandardSchema<infer Output> ? Output : never;

/** Where an issue is, as one writes it: `user.open_id`, `videos.0.id`; `''` for the whole value. */
export function pathOf({ path = [] }: StandardIssue): string {
  return path.map((segment) => String(typeof segment === 'object' ? segment.key : segment)).join('.');
}
