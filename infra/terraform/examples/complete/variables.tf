variable "region" {
  description = "Region of everything."
  type        = string
  default     = "eu-west-1"
}

variable "package" {
  description = "Path of the authorizer's package: a release's `authorizer-….zip`, or a zip of dist/authorizer/index.cjs and its notices."
  type        = string
  default     = "../../../../dist/authorizer.zip"
}

variable "vpc_subnet_ids" {
  description = "Subnets of the function, with a way to Secrets Manager and Cognito. null: outside of a VPC."
  type        = list(string)
  default     = null
}

variable "vpc_security_group_ids" {
  description = "Security groups of the function, which let HTTPS out."
  type        = list(string)
  default     = null
}

variable "role_permissions_boundary" {
  description = "ARN of the permissions boundary of the function's role."
  type        = string
  default     = null
}
