output "secret_arn" {
  description = "The secret to fill with `npm run secret`."
  value       = module.approov.secret_arn
}
