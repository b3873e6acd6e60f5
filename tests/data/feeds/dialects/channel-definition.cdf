<CHANNEL HREF="https://channel.example/" LASTMOD="1999-01-01T00:00">
  <TITLE>Channel of Old</TITLE><ABSTRACT>Pushed to you</ABSTRACT>
  <ITEM HREF="/one" LASTMOD="1999-02-03T04:05Z"><TITLE>One</TITLE><ABSTRACT>The first.</ABSTRACT></ITEM>
  <ITEM HREF="https://channel.example/two"><TITLE>Two</TITLE></ITEM>
</CHANNEL>
