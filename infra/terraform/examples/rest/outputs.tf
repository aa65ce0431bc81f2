output "secret_arn" {
  description = "The secret to fill with `npm run secret`."
  value       = module.approov.secret_arn
}

output "deployment_id" {
  description = "The deployment that the stage serves."
  value       = aws_api_gateway_deployment.orders.id
}
