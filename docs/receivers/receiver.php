<?php

/**
 * Receives the webhooks of Primmo HApi. PHP 8.2 or later, no dependency:
 *
 *   WEBHOOK_SECRET=whsec_… php -S 127.0.0.1:3000 receiver.php     to try it; in production, PHP-FPM
 *   * * * * * WEBHOOK_SECRET=whsec_… php receiver.php             by cron: what was left undone
 *
 * An event is verified, kept in a file, answered by 204, and only then worked on: after the 204 it
 * is ours, and is not sent again. What a killed process left is taken up by cron. TLS is left to
 * the web server. One machine; several need a table with a unique webhook id.
 */

declare(strict_types=1);

/** Where events are kept: a folder that the web server does not serve. */
define('INBOX', getenv('INBOX') ?: sys_get_temp_dir() . '/primmo-hapi-inbox');
define('SECRET', (string) base64_decode(preg_replace('/^whsec_/', '', (string) getenv('WEBHOOK_SECRET')), true));

/** A recorded request cannot be played back later than this. Keep the clock right (NTP). */
const TOLERANCE_S = 300;
/** Events are a few hundred bytes. */
const BODY_BYTES_MAX = 65_536;
/** Replays reach back 30 days, and attempts go on for some days more. */
const REMEMBERED_S = 35 * 24 * 3600;

const OPERATIONS = [1 => 'UPDATE', 2 => 'DELETE', 3 => 'INSERT'];

/** Your work. An exception leaves the event in the inbox, for cron. */
function handle(string $webhookId, array $notification): void
{
    // JSON inside JSON: the identifiers that a relational row joins, such as {"tenantId": 7535, "parkingId": 1445}.
    $text = $notification['AdditionalInformationJson'];
    $related = $text === null ? null : json_decode($text, true, flags: JSON_THROW_ON_ERROR);

    // The event says that a row changed, not how: read the row as it is now, for example
    //   GET {HAPI_URL}/api/Units({Id}) with "Authorization: Bearer {token}"
    // and make your copy equal to it (404: remove it). Done so, work may be repeated and come in any order.

    $line = sprintf(
        "handled %s: %s %s %d of %s %s\n",
        $webhookId,
        OPERATIONS[$notification['Status']],
        $notification['Entity'],
        $notification['Id'],
        $notification['DatabaseName'],
        json_encode($related),
    );
    file_put_contents('php://stdout', $line);
}

/** Standard Webhooks: HMAC-SHA256 over id, timestamp and the bytes of the body as they came. */
function isGenuine(string $id, string $timestamp, string $signatures, string $body): bool
{
    if (!preg_match('/^[\w-]{1,64}$/D', $id) || !preg_match('/^\d{1,12}$/D', $timestamp)) {
        return false;
    }
    if (abs(time() - (int) $timestamp) > TOLERANCE_S) {
        return false;
    }
    $expected = 'v1,' . base64_encode(hash_hmac('sha256', "$id.$timestamp.$body", SECRET, true));
    // While a secret is being rotated there are two signatures, by the old secret and by the new one.
    foreach (explode(' ', $signatures) as $signature) {
        if (hash_equals($expected, $signature)) {
            return true;
        }
    }
    return false;
}

/** Keeps the event under its id, whole and on the disk; false when that id was kept before. */
function keep(string $id, string $body): bool
{
    $draft = tempnam(INBOX, '.draft-');
    try {
        $file = fopen($draft, 'wb');
        if (fwrite($file, $body) !== strlen($body) || !fsync($file)) {
            throw new RuntimeException("$id was not kept");
        }
        fclose($file);
        // Only one can give the file its name: of two requests with one id, the second is the duplicate.
        if (@link($draft, INBOX . "/$id")) {
            return true;
        }
        if (file_exists(INBOX . "/$id")) {
            return false;
        }
        throw new RuntimeException("$id was not kept");
    } finally {
        unlink($draft);
    }
}

/** Works on one event, unless that was done. Requests and cron may meet here: one waits for the other. */
function workOn(string $id): void
{
    $file = fopen(INBOX . "/$id", 'r+b');
    try {
        flock($file, LOCK_EX);
        $body = stream_get_contents($file);
        // An empty file remembers an event whose work is done.
        if ($body !== '') {
            handle($id, json_decode($body, true, flags: JSON_THROW_ON_ERROR));
            ftruncate($file, 0);
        }
    } catch (Throwable $error) {
        error_log("$id failed, to be tried again: $error");
    } finally {
        fclose($file);
    }
}

/** Takes up what a killed process or failed work left, and forgets what is old enough. */
function sweep(): void
{
    $left = [];
    foreach (scandir(INBOX) as $name) {
        $path = INBOX . "/$name";
        // Drafts come and go meanwhile.
        $status = is_file($path) ? @stat($path) : false;
        if ($status === false) {
            continue;
        }
        if ($status['size'] > 0 && $name[0] !== '.') {
            $left[$name] = $status['mtime'];
        } elseif ($status['mtime'] < time() - REMEMBERED_S) {
            unlink($path);
        }
    }
    asort($left);
    foreach (array_keys($left) as $id) {
        workOn((string) $id);
    }
}

/** Answers one request, then works on its event. */
function receive(): void
{
    if ($_SERVER['REQUEST_METHOD'] !== 'POST') {
        http_response_code(405);
        return;
    }
    $body = (string) file_get_contents('php://input', length: BODY_BYTES_MAX + 1);
    if (strlen($body) > BODY_BYTES_MAX) {
        http_response_code(413);
        return;
    }
    $id = $_SERVER['HTTP_WEBHOOK_ID'] ?? '';
    $timestamp = $_SERVER['HTTP_WEBHOOK_TIMESTAMP'] ?? '';
    if (!isGenuine($id, $timestamp, $_SERVER['HTTP_WEBHOOK_SIGNATURE'] ?? '', $body)) {
        http_response_code(401);
        return;
    }
    $isNew = keep($id, $body);
    http_response_code(204);
    if (!$isNew) {
        return;
    }
    // The answer leaves now; the script goes on.
    ignore_user_abort(true);
    function_exists('fastcgi_finish_request') ? fastcgi_finish_request() : flush();
    workOn($id);
}

// Until the event is kept, whatever goes wrong must not look like success: it will then be sent again.
http_response_code(500);
if (strlen(SECRET) < 24) {
    throw new RuntimeException('WEBHOOK_SECRET: the secret of the endpoint, whsec_…');
}
if (!is_dir(INBOX) && !@mkdir(INBOX, 0700, true) && !is_dir(INBOX)) {
    throw new RuntimeException('The folder ' . INBOX . ' cannot be made');
}
PHP_SAPI === 'cli' ? sweep() : receive();
