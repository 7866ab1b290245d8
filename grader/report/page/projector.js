// A page of a run that goes on looks for news.
if ("live" in document.documentElement.dataset) setTimeout(() => location.reload(), 5000);
