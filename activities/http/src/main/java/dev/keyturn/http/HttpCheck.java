package dev.keyturn.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keyturn.spi.AdapterException;
import dev.keyturn.spi.AdapterException.Reason;
import dev.keyturn.spi.Check;
import dev.keyturn.spi.Finding;
import dev.keyturn.spi.Progress;
import dev.keyturn.spi.Scrubber;
import java.net.ConnectException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;

/** Requests a URL until the answer is the expected one or the time is over. */
final class HttpCheck implements Check {
    /** In milliseconds: how soon a cancellation is noticed. */
    private static final long LOOK_EVERY = 200;

    /** For one try, so that a hanging one does not take all the time there is. */
    private static final Duration ONE_TRY = Duration.ofSeconds(5);

    private static final int LARGEST_PORT = 65_535;
    private static final Pattern UNDERSCORED = Pattern.compile("([A-Za-z0-9.-]*_[A-Za-z0-9._-]*)(?::[0-9]*)?");

    private final String url;
    private final int expect;
    private final String contains;
    private final Duration within;
    private final Duration every;

    HttpCheck(String url, int expect, String contains, Duration within, Duration every) {
        this.url = url;
        this.expect = expect;
        this.contains = contains;
        this.within = within;
        this.every = every;
    }

    @Override
    public Verdict run(Progress progress) {
        refuseWhatIsWrong();
        URI target = URI.create(url);
        String shown = target.getScheme() + "://" + target.getRawAuthority() + target.getRawPath();
        HttpClient client = HttpClient.newBuilder()
                // Else it asks for HTTP/2 by an upgrade, which servers with WebSockets answer with 400.
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(ONE_TRY)
                .build();
        HttpRequest request =
                HttpRequest.newBuilder(target).GET().timeout(ONE_TRY).build();
        long deadline = System.nanoTime() + within.toNanos();
        int tries = 0;
        try {
            while (true) {
                tries++;
                String found = once(client, request, deadline, shown, progress);
                if (found.isEmpty()) {
                    return new Verdict(true, shown + " answered " + expect + " at try " + tries);
                }
                if (System.nanoTime() + every.toNanos() - deadline >= 0) {
                    return new Verdict(
                            false,
                            shown + ": " + found + ", expected " + expect
                                    + (contains.isEmpty() ? "" : " and a body with the text looked for") + "; " + tries
                                    + " tries in " + within.toMillis() + " ms");
                }
                pause(shown, progress);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AdapterException(Reason.CANCELLED, "check of " + shown + ": the worker is stopping");
        }
    }

    @Override
    public List<Finding> preflight() {
        List<Finding> findings = new ArrayList<>();
        wrongUrl()
                .ifPresent(found -> findings.add(Finding.blocks(
                        "setting url of an http check",
                        found,
                        "a URL such as http://127.0.0.1:8000/health",
                        "correct the manifest, then: keyturn check")));
        if (expect < 100 || expect > 599) {
            findings.add(Finding.blocks(
                    "setting expect of an http check",
                    "status " + expect + ", which no server answers with",
                    "a status from 100 to 599",
                    "correct the manifest, then: keyturn check"));
        }
        return findings;
    }

    private void refuseWhatIsWrong() {
        preflight().stream().findFirst().ifPresent(wrong -> {
            throw new AdapterException(
                    Reason.CONFIGURATION,
                    wrong.object() + ": found " + wrong.found() + ", expected " + wrong.expected()
                            + "; nothing was requested; " + wrong.next());
        });
    }

    /** Never with the whole URL: it may hold what should not be in it. */
    private Optional<String> wrongUrl() {
        URI target;
        try {
            target = new URI(url);
        } catch (URISyntaxException e) {
            return Optional.of("a text that is no URL");
        }
        String authority = String.valueOf(target.getRawAuthority());
        if (authority.contains("@")) {
            return Optional.of("a user or a password in it");
        }
        Matcher named = UNDERSCORED.matcher(authority);
        if (named.matches()) {
            // RFC 3986 would take it; the JDK's client keeps to the names of the DNS.
            return Optional.of("the host " + named.group(1)
                    + ", and a request can be sent to no name with an underscore: give the service one without"
                    + " (in Compose, a network alias), or use its address");
        }
        if (target.getHost() == null || !Set.of("http", "https").contains(String.valueOf(target.getScheme()))) {
            return Optional.of("no http or https URL with a host");
        }
        return target.getPort() == 0 || target.getPort() > LARGEST_PORT
                ? Optional.of("the port " + target.getPort() + ", which is not within 1 to " + LARGEST_PORT)
                : Optional.empty();
    }

    /** What was wrong with the answer; empty if nothing was. */
    private String once(HttpClient client, HttpRequest request, long deadline, String shown, Progress progress)
            throws InterruptedException {
        CompletableFuture<HttpResponse<byte[]>> answer = client.sendAsync(request, head -> new FirstBytes());
        long end = Math.min(deadline, System.nanoTime() + ONE_TRY.toNanos());
        try {
            while (true) {
                progress.alive("requesting " + shown);
                try {
                    return judge(answer.get(LOOK_EVERY, TimeUnit.MILLISECONDS));
                } catch (TimeoutException e) {
                    if (System.nanoTime() - end >= 0) {
                        return "no whole answer in time";
                    }
                }
            }
        } catch (ExecutionException e) {
            return trouble(e.getCause());
        } finally {
            answer.cancel(true);
        }
    }

    private String judge(HttpResponse<byte[]> answer) {
        String body = new String(answer.body(), UTF_8);
        if (answer.statusCode() == expect && body.contains(contains)) {
            return "";
        }
        String said = Scrubber.lastLines(body.lines().limit(1).findFirst().orElse(""), 1, 200);
        return "found status " + answer.statusCode()
                + (answer.statusCode() == expect ? " without the text looked for" : "")
                + (said.isEmpty() ? "" : " (" + said + ")");
    }

    /** In own words: the exceptions' are none, or quote what was requested. */
    private static String trouble(Throwable cause) {
        for (Throwable one = cause; one != null; one = one.getCause()) {
            if (one instanceof UnresolvedAddressException) {
                return "the host's name is not known";
            }
        }
        if (cause instanceof ConnectException) {
            return "nobody accepts connections there";
        }
        if (cause instanceof HttpTimeoutException) {
            return "no answer in time";
        }
        if (cause instanceof SSLException) {
            return "no TLS connection that can be trusted";
        }
        return "the connection broke (" + cause.getClass().getSimpleName() + ")";
    }

    private void pause(String shown, Progress progress) throws InterruptedException {
        long end = System.nanoTime() + every.toNanos();
        for (long left = every.toNanos(); left > 0; left = end - System.nanoTime()) {
            progress.alive("waiting for " + shown);
            TimeUnit.NANOSECONDS.sleep(Math.min(left, TimeUnit.MILLISECONDS.toNanos(LOOK_EVERY)));
        }
    }
}
