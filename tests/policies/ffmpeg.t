# SPDX-License-Identifier: Apache-2.0
# ffmpeg on a stranger's file.  Such a file names others, and addresses.
. "$srcdir/tests/policies/policies.sh" ffmpeg
requires ffmpeg ffprobe

flags=(-nostdin -hide_banner -loglevel error -y)
# A second of picture and sound, and a recording that is nobody's business.
ffmpeg "${flags[@]}" -f lavfi -i testsrc=size=64x48:rate=10:duration=1 \
  -f lavfi -i sine=duration=1 -c:v mpeg4 -c:a aac "$tmp/in.mp4" 9>&- \
  && yes "$secret" | head -n 400 | ffmpeg -hide_banner -loglevel error -f u8 \
    -ar 8000 -ac 1 -i pipe:0 -c:a pcm_u8 "$tmp/private.wav" 9>&- \
  && ffmpeg "${flags[@]}" -f lavfi -i testsrc=size=64x48:rate=10:duration=1 \
    -c:v libx264 "$tmp/private.ts" 9>&- \
  || bail "ffmpeg makes no file"

prepare ()
{
  mkdir "$place/out"
  cp "$tmp/in.mp4" "$place"
  cp "$tmp/private.wav" "$outside"
  printf '%s\n' 'ffconcat version 1.0' "file 'file:$outside/private.wav'" \
    >"$place/private.ffconcat"
  printf '%s\n' 'ffconcat version 1.0' \
    "file 'http://127.0.0.1:$port/next.ts'" >"$place/next.ffconcat"
  # What is named like a film need not be one, and this one needs no flags.
  cp "$tmp/private.ts" "$outside"
  printf '%s\n' '#EXTM3U' '#EXT-X-TARGETDURATION:2' '#EXTINF:1,' \
    "$outside/private.ts" '#EXT-X-ENDLIST' >"$place/stranger.avi"
  cat >"$place/job.sh" <<SH
convert ()
{
  ffmpeg ${flags[*]} -safe 0 -protocol_whitelist file,http,tcp -i "\$@"
}
convert private.ffconcat -c:a pcm_u8 out/private.wav
convert next.ffconcat out/next.mp4
ffmpeg ${flags[*]} -i in.mp4 -c copy -f mp4 $outside/planted
# And when a file has a hole of the decoder's do what it likes.
python3 mischief.py changed hooked sources forked flooded filled
:
SH
}

mischief ()
{
  run_job sandboxed -- sh job.sh
}

disguised ()
{
  run_job sandboxed -- ffmpeg "${flags[@]}" -i stranger.avi -c copy out/stolen.ts
}

both_sides ()
{
  local kinds

  run_job sandboxed -- ffmpeg "${flags[@]}" -i in.mp4 -c:v libx264 -c:a libvorbis \
    out/out.mkv
  kinds=$(ffprobe -v error -count_frames \
    -show_entries stream=codec_name,nb_read_frames -select_streams v \
    -of csv=p=0 "$place/out/out.mkv" 2>&1)
  is "$status $err $kinds" '0  h264,10' "$title: a film is transcoded"
  mischief
  # Red without: Landlock and the own root (secret, planted, changed, hooked,
  # sources), the network namespace or the call filter (called),
  # limits.pids, limits.output; filled: only out is written.
  nothing_arrived
  # Red without the own root or Landlock.
  disguised
  like "$err" "private\\.ts" "$title: a playlist named like a film asks for one"
  nok "$title: and does not get it" ffprobe -v error "$place/out/stolen.ts"
}

rounds both_sides namespace process
control mischief \
  'secret planted changed called hooked sources forked flooded filled'
backend=process policy=minimal
disguised
ok "and the playlist named like a film" \
  ffprobe -v error "$place/out/stolen.ts"
done_testing
