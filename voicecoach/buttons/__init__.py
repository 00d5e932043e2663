"""The buttons of a headset (`headset`) and of a clicker (`clicker`): threads that tell what was
pressed, and once if the device is lost. What a button says is `core.buttons`."""
