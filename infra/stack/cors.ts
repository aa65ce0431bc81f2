/** Methods of the sample backend. OPTIONS stays open: a browser asks before it has a token to send. */
export const corsMethods = ['GET', 'POST', 'OPTIONS'] as const;

/** Headers that a browser may send beside the token's and the bound ones. */
export const corsHeaders = ['Content-Type', 'Approov-Status'] as const;

/** And those of a message signature. */
export const corsSigningHeaders = ['Signature', 'Signature-Input', 'Content-Digest'] as const;
