"""Files in and out by the browser: upload, plan, confirm; conflicts; downloads."""
