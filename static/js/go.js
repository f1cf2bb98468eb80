// Leaves the login page so that it is in no history entry.
location.replace(document.getElementById("go").href);
