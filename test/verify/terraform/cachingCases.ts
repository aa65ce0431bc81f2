/** Settings of the module, in Terraform's language, that decide what API Gateway may cache and by which headers. */
export const cachingCases: readonly { readonly name: string; readonly settings: string }[] = [
  { name: 'defaults', settings: '' },
  { name: 'other_header', settings: 'token_header = "X-Token"' },
  { name: 'bound', settings: 'binding_headers = ["Authorization", "X-Session"]' },
  { name: 'bound_if_present', settings: 'binding_headers = ["Authorization"]\n  binding = "if-present"' },
  { name: 'binding_off', settings: 'binding_headers = ["Authorization"]\n  binding = "off"' },
  { name: 'report_only', settings: 'mode = "report-only"' },
  { name: 'method', settings: 'resource_scope = "method"' },
  { name: 'install_signing', settings: 'message_signing = "install"' },
  { name: 'account_signing', settings: 'message_signing = "account"' },
  {
    name: 'keyset',
    settings: 'algorithms = ["RS256"]\n  keyset_jwks_uri = "https://keys.example.com/jwks.json"',
  },
  { name: 'users', settings: users() },
  { name: 'users_other_header', settings: `${users()}\n  user_header = "X-User"` },
  { name: 'users_bound', settings: `${users()}\n  binding_headers = ["authorization", "X-Session"]` },
  { name: 'users_report_only', settings: `${users()}\n  mode = "report-only"` },
];

function users(): string {
  return 'user_auth = "jwt"\n  user_issuer = ["https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Example"]\n  user_audience = ["client"]';
}
