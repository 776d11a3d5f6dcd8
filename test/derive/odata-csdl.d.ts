/** The part of OASIS's converter that tests use; the package has no types. */
declare module 'odata-csdl' {
  /** CSDL XML → CSDL JSON. What is wrong with the XML is pushed on `messages`. */
  export function xml2json(
    xml: string,
    options?: { readonly strict?: boolean; readonly messages?: unknown[] },
  ): unknown
}
