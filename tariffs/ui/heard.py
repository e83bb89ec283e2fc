"""What a screen reader hears: the value of a slider as the page writes it, and the answer after a lever has moved.

Streamlit says ``12.5`` of a slider in every language, and nothing at all when a sentence elsewhere has changed.
"""

# The sweep waits a moment, so that it never stands between a key and its answer. A value is first read back from
# whatever digits it was written with: the same slider stays when the reader chooses others.
SCRIPT = r"""
if (!window.pageIsHeard) {
  window.pageIsHeard = true;
  const root = document.documentElement;
  const own = plain => root.dataset.digits === 'fa'
    ? plain.replace('.', '٫').replace(/[0-9]/g, digit => String.fromCharCode(0x6F0 + Number(digit)))
    : root.lang === 'tr' ? plain.replace('.', ',') : plain;
  const read = slider => {
    const said = slider.getAttribute('aria-valuetext') || '';
    const plain = said.replace(/[۰-۹]/g, digit => digit.charCodeAt(0) & 15).replace(/[٫,]/, '.');
    if (/^-?[0-9.]+$/.test(plain) && own(plain) !== said) slider.setAttribute('aria-valuetext', own(plain));
  };
  const status = document.createElement('p');
  status.setAttribute('role', 'status');
  status.style.cssText = 'position:fixed;clip-path:inset(50%);height:1px;width:1px;overflow:hidden;margin:0';
  document.body.append(status);
  let lead = '', soon = 0, later = 0;
  const sweep = () => {
    soon = 0;
    document.querySelectorAll('[data-testid="stSlider"] input[type="range"]').forEach(read);
    const now = document.querySelector('.lead')?.textContent || lead;
    if (lead && now !== lead) {
      clearTimeout(later);
      later = setTimeout(() => { status.textContent = now; }, 900);
    }
    lead = now;
  };
  new MutationObserver(changes => {
    if (changes.every(change => status.contains(change.target))) return;
    soon ||= setTimeout(sweep, 250);
  }).observe(document.body, {subtree: true, childList: true, characterData: true, attributes: true,
    attributeFilter: ['aria-valuetext']});
}
"""
