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

