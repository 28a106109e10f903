"""Set-up and checks of the project itself; never imported by the apps."""
