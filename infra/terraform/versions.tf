terraform {
  required_version = ">= 1.5.7"

  required_providers {
    aws = {
      source = "hashicorp/aws"
      # The first version that knows the runtime nodejs24.x.
      version = ">= 6.20"
    }
  }
}
