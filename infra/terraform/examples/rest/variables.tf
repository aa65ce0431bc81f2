variable "region" {
  description = "Region of everything."
  type        = string
  default     = "eu-west-1"
}

variable "package" {
  description = "Path of the authorizer's package, a zip of dist/authorizer/index.cjs and its notices."
  type        = string
  default     = "../../../../dist/authorizer.zip"
}

variable "binding_headers" {
  description = "Headers that a token must be bound to."
  type        = list(string)
  default     = []
}

variable "mode" {
  description = "report-only lets every request through and logs what would have been refused."
  type        = string
  default     = "enforce"
}
